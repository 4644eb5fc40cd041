package io.lagwise.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command on a connection of its own, in the protocol RESP2 (Redis documentation, protocol specification). */
final class RedisCommand {
    private static final int PATIENCE_MILLIS = 10_000;

    private final String[] words;

    private RedisCommand(String[] words) {
        this.words = words;
    }

    static RedisCommand of(String... words) {
        return new RedisCommand(words.clone());
    }

    @Nullable
    Object on(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request());
            return reply(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException failure) {
            throw new TestServerException(String.join(" ", words) + ": " + failure.getMessage(), failure);
        }
    }

    private byte[] request() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String word : words) {
            byte[] text = word.getBytes(StandardCharsets.UTF_8);
            bytes.write(("$" + text.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            bytes.write(text);
            bytes.write(new byte[] {'\r', '\n'});
        }
        return bytes.toByteArray();
    }

    private @Nullable Object reply(InputStream in) throws IOException {
        int kind = in.read();
        String line = line(in);
        return switch (kind) {
            case '+' -> line;
            case ':' -> Long.valueOf(line);
            case '$' -> bulk(in, Integer.parseInt(line));
            case '*' -> list(in, Integer.parseInt(line));
            case '-' -> throw new TestServerException(String.join(" ", words) + ": " + line);
            default -> throw new EOFException("no answer");
        };
    }

    private static @Nullable String bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return null;
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        line(in);
        return text;
    }

    private @Nullable List<@Nullable Object> list(InputStream in, int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(reply(in));
        }
        return list;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("no answer");
            }
            line.write(next);
        }
        in.read();
        return line.toString(StandardCharsets.UTF_8);
    }
}
