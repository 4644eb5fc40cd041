package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A commit of this instance that is under way, or of which Redis has not yet confirmed that it is over. */
final class SharedToken implements CommitToken {
    private final String name;
    private final String session;
    private final Era era;
    private volatile Map<Shelf, List<String>> tables;
    private volatile Map<Shelf, String> servers = Map.of();
    private final CommitToken own;
    private final long since = System.nanoTime();
    private final Set<Shelf> unrecorded;
    private volatile @Nullable Position covering;

    SharedToken(String name, String session, Era era, Map<Shelf, List<String>> tables, CommitToken own) {
        this.name = name;
        this.session = session;
        this.era = era;
        this.tables = tables;
        this.own = own;
        this.unrecorded = ConcurrentHashMap.newKeySet();
        unrecorded.addAll(tables.keySet());
    }

    String name() {
        return name;
    }

    String session() {
        return session;
    }

    Era era() {
        return era;
    }

    @Override
    public Epoch epoch() {
        return era.epoch();
    }

    Map<Shelf, List<String>> tables() {
        return tables;
    }

    /** Adds records, before the commit leaves. */
    void widen(Map<Shelf, List<String>> more) {
        Map<Shelf, List<String>> all = new LinkedHashMap<>(tables);
        more.forEach((shelf, names) -> all.merge(shelf, names, SharedToken::union));
        unrecorded.addAll(more.keySet());
        tables = all;
    }

    static List<String> union(List<String> left, List<String> right) {
        Set<String> union = new LinkedHashSet<>(left);
        union.addAll(right);
        return List.copyOf(union);
    }

    boolean isOfEverything() {
        return tables.values().stream().allMatch(names -> names.contains(TableLedger.UNKNOWN));
    }

    /** Notes which servers the mark is about to be put on. */
    void noteServers() {
        Map<Shelf, String> noted = new LinkedHashMap<>();
        tables.keySet().forEach(shelf -> noted.put(shelf, shelf.incarnation()));
        servers = noted;
    }

    boolean isOnSameServers() {
        return servers.entrySet().stream()
                .allMatch(server -> server.getKey().incarnation().equals(server.getValue()));
    }

    /** Returns the token by which this instance remembers the commit for itself. */
    CommitToken own() {
        return own;
    }

    boolean isOlderThan(long nanos) {
        return System.nanoTime() - since > nanos;
    }

    void coveredBy(Position position) {
        covering = position;
    }

    /** Returns the position that contains the commit; null while it is under way. */
    @Nullable
    Position covering() {
        return covering;
    }

    /** Notes that a shelf has the position; returns whether all have. */
    boolean isRecordedOn(Shelf shelf) {
        unrecorded.remove(shelf);
        return unrecorded.isEmpty();
    }
}
