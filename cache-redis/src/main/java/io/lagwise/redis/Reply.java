package io.lagwise.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a script answered.
 *
 * @param status whether it did what it was asked to
 * @param now the time by the server's clock, in milliseconds
 * @param incarnation the server's replication identity
 * @param rest what follows, by script and status
 */
record Reply(Status status, long now, String incarnation, List<Object> rest) {
    /** Whether a script did what it was asked to. */
    enum Status {
        /** It did. */
        OK,
        /** All is as the caller knows it. */
        SAME,
        /** The server is another. */
        RECOVER,
        /** The server was not made ready. */
        UNBORN,
        /** The shelf is in another epoch of the database. */
        EPOCH,
        /** The server does not know this instance. */
        STRANGER,
        /** Another instance has fallen silent. */
        MISSING,
        /** This instance's own beat has run out. */
        LAPSED
    }

    static Reply of(List<Object> words) {
        return new Reply(
                Status.valueOf(words.get(0).toString().toUpperCase(Locale.ROOT)),
                Long.parseLong(words.get(1).toString()),
                words.get(2).toString(),
                words.subList(3, words.size()));
    }

    boolean isOk() {
        return status == Status.OK;
    }

    /** Returns whether it tells what records say. */
    boolean tells() {
        return status == Status.OK || status == Status.SAME;
    }

    String text(int index) {
        return rest.get(index).toString();
    }

    /** Returns a list of words within the answer. */
    List<String> texts(int index) {
        return texts(rest.get(index));
    }

    /** Returns a list of names and values within the answer. */
    Map<String, String> pairs(int index) {
        List<String> words = texts(index);
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            pairs.put(words.get(i), words.get(i + 1));
        }
        return pairs;
    }

    static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(Object::toString).toList();
    }
}
