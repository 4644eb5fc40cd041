package io.lagwise.routing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts how often a table was found written though no instance had said so, and names each table once; thread-safe. */
final class Unreported {
    private static final Logger log = LoggerFactory.getLogger(Unreported.class);

    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final AtomicLong count = new AtomicLong();

    void found(String table) {
        count.incrementAndGet();
        if (named.add(table)) {
            log.info(
                    "Table {} was written by somebody who does not use the library. That is noticed, a little later; it is"
                            + " counted from now on",
                    table);
        }
    }

    long count() {
        return count.get();
    }
}
