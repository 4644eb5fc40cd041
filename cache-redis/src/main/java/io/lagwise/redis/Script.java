package io.lagwise.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
    CREATE;

    private final String text = read("prelude") + read(name().toLowerCase(Locale.ROOT));
    private final String digest = digest(text);

    String text() {
        return text;
    }

    /** Returns the name by which Redis knows the text once it has seen it. */
    String digest() {
        return digest;
    }

    private static String read(String name) {
        try (InputStream resource = Script.class.getResourceAsStream(name + ".lua")) {
            if (resource == null) {
                throw new IllegalStateException(name + ".lua is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            byte[] bytes = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
