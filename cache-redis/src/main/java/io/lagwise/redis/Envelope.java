package io.lagwise.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Wraps what is kept in Redis, such that whatever else is found there is told from it.
 *
 * <p>A head of two letters, a version, flags and the length of the content; the content, compressed where it is long; and
 * behind it a checksum. With a secret it is encrypted instead by AES-GCM under a key of its own, derived with a random salt,
 * as one key must not be used with too many random nonces (NIST SP 800-38D, 8.3). Head and name are part of what is checked:
 * a content moved to another name is none.
 *
 * <p>Thread-safe.
 */
final class Envelope {
    /** The longest content. */
    static final int LONGEST = 16 * 1024 * 1024;

    private static final short LETTERS = 0x4C57;
    private static final byte VERSION = 2;
    private static final byte COMPRESSED = 1;
    private static final byte ENCRYPTED = 2;
    private static final int HEAD = 8;
    private static final int COMPRESSED_FROM = 1024;
    private static final int CHECKSUM = 4;
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String MAC = "HmacSHA256";

    /** Secrets derived from the configured one, for one purpose each. */
    private record Secrets(byte[] names, byte[] contents) {
        static Secrets of(String key) {
            byte[] secret = key.getBytes(StandardCharsets.UTF_8);
            return new Secrets(mac(secret, "lagwise names 1"), mac(secret, "lagwise contents 1"));
        }

        private static byte[] mac(byte[] secret, String purpose) {
            return Envelope.mac(secret, purpose.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final @Nullable Secrets secrets;

    Envelope(ResultSharing sharing) {
        secrets = sharing.key().isEmpty() ? null : Secrets.of(sharing.key());
    }

    /** Returns a name that tells nothing of what it stands for; with a secret not even whether a guess is right. */
    String name(byte[] identity) {
        byte[] digest = secrets == null ? digest(identity) : mac(secrets.names(), identity);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    /** Returns the wrapped content; null if it is too long. */
    byte @Nullable [] close(String name, byte[] content) {
        if (content.length > LONGEST) {
            return null;
        }
        byte[] compressed = content.length < COMPRESSED_FROM ? null : compress(content);
        byte[] body = compressed == null ? content : compressed;
        byte flags = (byte) ((compressed == null ? 0 : COMPRESSED) | (secrets == null ? 0 : ENCRYPTED));
        byte[] head = ByteBuffer.allocate(HEAD)
                .putShort(LETTERS)
                .put(VERSION)
                .put(flags)
                .putInt(content.length)
                .array();
        byte[] closed = secrets == null ? withChecksum(name, head, body) : encrypted(secrets, name, head, body);
        return ByteBuffer.allocate(HEAD + closed.length).put(head).put(closed).array();
    }

    /** Returns the content; null if this is nothing that was wrapped under the name. */
    byte @Nullable [] open(String name, byte[] wrapped) {
        if (wrapped.length < HEAD) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(wrapped, 0, HEAD);
        boolean ours = head.getShort() == LETTERS && head.get() == VERSION;
        byte flags = head.get();
        int length = head.getInt();
        // Where there is a secret, what is not encrypted may be anybody's.
        boolean encrypted = (flags & ENCRYPTED) != 0;
        if (!ours || length < 0 || length > LONGEST || encrypted != (secrets != null)) {
            return null;
        }
        byte[] body = secrets == null ? checked(name, wrapped) : decrypted(secrets, name, wrapped);
        if (body == null) {
            return null;
        }
        return (flags & COMPRESSED) == 0 ? (body.length == length ? body : null) : inflate(body, length);
    }

    // ---- compression

    /** Returns the compressed content; null if that is not shorter. */
    private static byte @Nullable [] compress(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] compressed = new byte[content.length];
            int length = deflater.deflate(compressed);
            return deflater.finished() && length < content.length ? Arrays.copyOf(compressed, length) : null;
        } finally {
            deflater.end();
        }
    }

    private static byte @Nullable [] inflate(byte[] compressed, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed);
            byte[] content = new byte[length];
            int found = inflater.inflate(content);
            return found == length && ends(inflater) ? content : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private static boolean ends(Inflater inflater) throws DataFormatException {
        return inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished();
    }

    // ---- checksum

    private static byte[] withChecksum(String name, byte[] head, byte[] body) {
        return ByteBuffer.allocate(body.length + CHECKSUM)
                .put(body)
                .putInt(checksum(name, head, body, 0, body.length))
                .array();
    }

    private static byte @Nullable [] checked(String name, byte[] wrapped) {
        int length = wrapped.length - HEAD - CHECKSUM;
        if (length < 0) {
            return null;
        }
        int found = ByteBuffer.wrap(wrapped).getInt(HEAD + length);
        return checksum(name, wrapped, wrapped, HEAD, length) == found
                ? Arrays.copyOfRange(wrapped, HEAD, HEAD + length)
                : null;
    }

    private static int checksum(String name, byte[] head, byte[] body, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(head, 0, HEAD);
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        checksum.update(body, from, length);
        return (int) checksum.getValue();
    }

    // ---- encryption

    private byte[] encrypted(Secrets by, String name, byte[] head, byte[] body) {
        byte[] salt = new byte[SALT];
        byte[] nonce = new byte[NONCE];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, by, name, head, salt, nonce);
            byte[] text = cipher.doFinal(body);
            return ByteBuffer.allocate(SALT + NONCE + text.length)
                    .put(salt)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no AES-GCM", e);
        }
    }

    private static byte @Nullable [] decrypted(Secrets by, String name, byte[] wrapped) {
        int start = HEAD + SALT + NONCE;
        if (wrapped.length < start + TAG_BITS / Byte.SIZE) {
            return null;
        }
        byte[] salt = Arrays.copyOfRange(wrapped, HEAD, HEAD + SALT);
        byte[] nonce = Arrays.copyOfRange(wrapped, HEAD + SALT, start);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, by, name, wrapped, salt, nonce);
            return cipher.doFinal(wrapped, start, wrapped.length - start);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private static Cipher cipher(int mode, Secrets by, String name, byte[] head, byte[] salt, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(mac(by.contents(), salt), "AES");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head, 0, HEAD);
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] mac(byte[] secret, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digest(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
