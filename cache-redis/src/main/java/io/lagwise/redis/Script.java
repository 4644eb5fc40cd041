package io.lagwise.redis;

import java.util.Locale;

/** The scripts that run in Redis, each a resource of its name behind a common beginning. */
enum Script {
    HELLO,
    CHECK,
    BEGIN,
    COMPLETE,
    DROP,
    BEAT,
    ADOPT,
    READY,
    ADVANCE,
    SIGNOFF,
    MARK,
    CREATE,
    LEAVE;

    String resource() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }
}
