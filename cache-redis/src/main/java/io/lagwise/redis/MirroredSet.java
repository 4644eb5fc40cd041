package io.lagwise.redis;

import io.lagwise.redis.Mirror.Slot;
import io.lagwise.redis.RecordAnswer.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The records of some tables as the mirrors have them, resolved once. */
final class MirroredSet {
    /** What came of these states; nothing else can, as long as they are the same. */
    private record Memo(Era era, List<Slot> slots, Finding finding) {}

    private final Map<Shelf, List<String>> tables;
    private final Set<Mirror> mirrors;
    private final List<AtomicReference<Slot>> slots = new ArrayList<>();
    private volatile @Nullable Memo memo;

    MirroredSet(Map<Shelf, List<String>> tables) {
        this.tables = tables;
        this.mirrors = tables.keySet().stream().map(Shelf::mirror).collect(Collectors.toUnmodifiableSet());
        tables.forEach(
                (shelf, names) -> names.forEach(name -> slots.add(shelf.mirror().slot(name))));
    }

    /** Returns what the mirrors tell, or null where they do not. */
    @Nullable
    Finding find(Era era, Records records) {
        if (!areFresh()) {
            return null;
        }
        Memo known = memo;
        return known != null && known.era() == era && isStill(known.slots()) ? known.finding() : judge(era, records);
    }

    private boolean areFresh() {
        for (Mirror mirror : mirrors) {
            if (!mirror.isFresh()) {
                return false;
            }
        }
        return true;
    }

    private boolean isStill(List<Slot> before) {
        for (int i = 0; i < before.size(); i++) {
            if (slots.get(i).get() != before.get(i)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Finding judge(Era era, Records records) {
        List<Slot> now = now();
        List<RecordState> states = new ArrayList<>(now.size());
        for (Slot slot : now) {
            RecordState state = slot.state();
            if (state == null) {
                return null;
            }
            states.add(state);
        }
        Finding finding = records.judge(tables, states, era);
        if (finding != null && finding.versions() != null) {
            memo = new Memo(era, now, finding);
        }
        return finding;
    }

    private List<Slot> now() {
        return slots.stream().map(AtomicReference::get).toList();
    }

    /** Returns what to {@linkplain #learn learn} an answer with that is asked for after this; null if there is no use. */
    @Nullable
    List<Slot> before() {
        return areFresh() ? now() : null;
    }

    /** Takes the states in that have not changed since before they were asked for. */
    void learn(List<Slot> before, List<RecordState> states) {
        for (int i = 0; i < before.size(); i++) {
            RecordState state = states.get(i);
            if (!state.isMissing()) {
                slots.get(i).compareAndSet(before.get(i), new Slot(state));
            }
        }
    }
}
