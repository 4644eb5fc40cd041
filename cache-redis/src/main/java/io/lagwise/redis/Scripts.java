package io.lagwise.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The texts of all scripts; immutable. */
final class Scripts {
    /**
     * A script as Redis knows it.
     *
     * @param source its text
     * @param digest its name, once Redis has seen it
     */
    record Text(String source, String digest) {
        static Text of(String source) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
                return new Text(source, HexFormat.of().formatHex(digest));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Map<Script, Text> texts;

    private Scripts(Map<Script, Text> texts) {
        this.texts = texts;
    }

    static Scripts load() {
        Map<Script, Text> texts = new EnumMap<>(Script.class);
        for (Script script : Script.values()) {
            texts.put(
                    script,
                    Text.of(script.resources().stream().map(Scripts::read).collect(Collectors.joining())));
        }
        return new Scripts(texts);
    }

    /** Returns the same with one text changed, to see what a rule is for. */
    Scripts with(Script script, UnaryOperator<String> change) {
        Map<Script, Text> changed = new EnumMap<>(texts);
        changed.put(script, Text.of(change.apply(of(script).source())));
        return new Scripts(changed);
    }

    Text of(Script script) {
        Text text = texts.get(script);
        if (text == null) {
            throw new IllegalStateException("no text of " + script);
        }
        return text;
    }

    private static String read(String name) {
        try (InputStream resource = Scripts.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
