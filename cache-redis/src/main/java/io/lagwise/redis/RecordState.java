package io.lagwise.redis;

import io.lagwise.spi.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * One record as Redis answered it.
 *
 * @param version its version; empty if it is missing
 * @param tokens commits under way
 * @param position holds the last write, but for the shelf's floor
 * @param number of its last change; empty if it has none
 */
record RecordState(String version, List<Token> tokens, Position position, String number) {
    /**
     * A commit under way.
     *
     * @param name its name, which begins with that of its instance
     * @param session the server's session that commits
     */
    record Token(String name, String session) {}

    static RecordState of(Object words) {
        List<?> parts = (List<?>) words;
        List<String> marked = Reply.texts(parts.get(1));
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < marked.size(); i += 2) {
            tokens.add(new Token(marked.get(i), marked.get(i + 1)));
        }
        return new RecordState(
                parts.get(0).toString(),
                tokens,
                Positions.of(Reply.texts(parts.get(2))),
                parts.get(3).toString());
    }

    /** Returns the same, not before the floor. */
    RecordState from(Position floor) {
        return new RecordState(version, tokens, position.merge(floor), number);
    }

    boolean isMissing() {
        return version.isEmpty();
    }
}
