package io.lagwise.spi;

/**
 * Tells one start of one server from every other.
 *
 * <p>Two standbys of one writer share system identifier, role and timeline, so that a database's answer must also hold
 * the server's own address and the time of its start (protocol A1).
 *
 * @param value what the database answered; compared, never shown to be parsed
 */
public record ServerId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
