package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableVersions;
import java.util.List;

/**
 * The versions of some records.
 *
 * @param epoch when they were read
 * @param records the names of the records, in order
 * @param versions the version of each
 */
record RecordVersions(Epoch epoch, List<String> records, List<String> versions) implements TableVersions {
    RecordVersions {
        records = List.copyOf(records);
        versions = List.copyOf(versions);
    }
}
