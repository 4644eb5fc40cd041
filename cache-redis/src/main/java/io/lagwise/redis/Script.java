package io.lagwise.redis;

import java.util.List;
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

    /** Returns the names of the resources that it is made of, in order. */
    List<String> resources() {
        String own = name().toLowerCase(Locale.ROOT) + ".lua";
        return this == CHECK
                ? List.of("server.lua", "same.lua", "prelude.lua", own)
                : List.of("server.lua", "prelude.lua", own);
    }
}
