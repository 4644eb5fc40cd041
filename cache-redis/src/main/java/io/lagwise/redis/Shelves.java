package io.lagwise.redis;

import io.lagwise.spi.TableLedger;
import io.lagwise.spi.WriterLink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.redisson.api.RedissonClient;

/**
 * All shelves, and which tables are on which.
 *
 * <p>A script sees one server, so that what it compares must be there: records that are on one shelf have one hash tag. One
 * server holds one shelf; a cluster several, so that its load spreads. The pseudo-tables that every read depends on are on
 * each shelf, and each shelf has its own of what every write writes.
 */
final class Shelves {
    private static final int IN_CLUSTER = 16;

    private final List<Shelf> shelves;
    private final Map<Shelf, ShelfKeeper> keepers = new ConcurrentHashMap<>();

    private Shelves(List<Shelf> shelves) {
        this.shelves = shelves;
    }

    static Shelves of(RedissonClient client, String instance, Scripts texts, Supplier<Mirror> mirrors) {
        int count = client.getConfig().isClusterConfig() ? IN_CLUSTER : 1;
        return new Shelves(Stream.generate(() -> new Shelf(client, instance, texts, mirrors.get()))
                .limit(count)
                .toList());
    }

    void keep(String instance, RedisSettings settings, Waits waits, WriterLink writer, LiveTokens live) {
        shelves.forEach(shelf -> keepers.put(shelf, new ShelfKeeper(shelf, instance, settings, waits, writer, live)));
    }

    void name(String database) {
        for (int i = 0; i < shelves.size(); i++) {
            shelves.get(i).name("lw:{" + database + ":" + i + "}:");
        }
    }

    List<ShelfKeeper> keepers() {
        return shelves.stream().map(this::keeper).toList();
    }

    ShelfKeeper keeper(Shelf shelf) {
        return Objects.requireNonNull(keepers.get(shelf), "not attached");
    }

    List<Shelf> all() {
        return shelves;
    }

    private Shelf of(String table) {
        return shelves.get(Math.floorMod(table.hashCode(), shelves.size()));
    }

    Map<Shelf, List<String>> toRead(Set<String> tables) {
        Map<Shelf, Set<String>> placed = place(tables);
        if (placed.isEmpty()) {
            placed.put(shelves.get(0), new LinkedHashSet<>());
        }
        placed.values().forEach(names -> names.addAll(List.of(TableLedger.UNKNOWN, TableLedger.CATALOG)));
        return listed(placed);
    }

    Map<Shelf, List<String>> toWrite(Set<String> tables) {
        Map<Shelf, Set<String>> placed = place(tables);
        placed.values().forEach(names -> names.add(TableLedger.ANYTHING));
        return listed(placed);
    }

    private Map<Shelf, Set<String>> place(Set<String> tables) {
        Map<Shelf, Set<String>> placed = new LinkedHashMap<>();
        // In order, as instances compare versions table by table.
        for (String table : new TreeSet<>(tables)) {
            List<Shelf> on = TableLedger.PSEUDO_TABLES.contains(table) ? shelves : List.of(of(table));
            on.forEach(shelf ->
                    placed.computeIfAbsent(shelf, any -> new LinkedHashSet<>()).add(table));
        }
        return placed;
    }

    private static Map<Shelf, List<String>> listed(Map<Shelf, Set<String>> placed) {
        Map<Shelf, List<String>> listed = new LinkedHashMap<>();
        placed.forEach((shelf, names) -> listed.put(shelf, new ArrayList<>(names)));
        return listed;
    }

    boolean areUsable(Era era) {
        for (Shelf shelf : shelves) {
            if (!shelf.isUsable(era)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether all that is read can be known without asking. */
    boolean areMirrored() {
        return shelves.stream().allMatch(shelf -> shelf.mirror().isFresh());
    }

    boolean othersMissing() {
        return keepers.values().stream().anyMatch(ShelfKeeper::othersMissing);
    }
}
