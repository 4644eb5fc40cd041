package io.lagwise.redis;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Redis answers in time; a breaker, so that a dead or slow one costs each statement nothing. */
final class Health {
    private static final Logger log = LoggerFactory.getLogger(Health.class);
    private static final int MOST_LATE_ANSWERS = 3;

    private final AtomicInteger late = new AtomicInteger();
    private volatile boolean reachable;
    private volatile boolean told;

    boolean isReachable() {
        return reachable;
    }

    /** Says that Redis has answered a greeting in time. */
    void found() {
        late.set(0);
        if (!reachable) {
            log.info("Redis answers");
            reachable = true;
            told = false;
        }
    }

    void answered() {
        if (late.get() > 0) {
            late.set(0);
        }
    }

    /** Says that an answer did not come in time; several in a row are an outage. */
    void late(Throwable cause) {
        if (late.incrementAndGet() >= MOST_LATE_ANSWERS) {
            lost(cause);
        }
    }

    /** Says that Redis cannot be asked. */
    void lost(Throwable cause) {
        reachable = false;
        if (!told) {
            told = true;
            log.warn("Redis does not answer: {}; what it would tell is asked of the writer meanwhile", text(cause));
            log.debug("Cause", cause);
        }
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
