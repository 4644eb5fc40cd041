package io.lagwise.redis;

import io.lagwise.spi.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the records of some tables on a shelf said at one moment.
 *
 * <p>Invariant: while the server is of this incarnation and its {@code all} is as here, each record whose number is as here
 * says what it said. For every script that changes a record gives it a number that was never used on that server, and every
 * script that changes what all of them mean numbers {@code all}.
 *
 * @param era in which it was asked
 * @param incarnation the server's replication identity
 * @param all the number of the last change of all records
 * @param floor what each record's position is merged with
 * @param states the records, in the order of the tables
 */
record Reading(Era era, String incarnation, String all, Position floor, List<RecordState> states) {
    /** Returns what a script said, who was told what is known. */
    static Reading of(Reply reply, Era era, @Nullable Reading known) {
        if (known != null && reply.status() == Reply.Status.SAME) {
            return known;
        }
        String all = reply.text(0);
        Reading before = known != null && known.all().equals(all) ? known : null;
        Position floor = before == null ? Positions.of(reply.texts(1)) : before.floor();
        List<?> told = (List<?>) reply.rest().get(2);
        List<RecordState> states = new ArrayList<>(told.size());
        for (int i = 0; i < told.size(); i++) {
            Object state = told.get(i);
            states.add(
                    before == null || state instanceof List<?>
                            ? RecordState.of(state).from(floor)
                            : before.states().get(i));
        }
        return new Reading(era, reply.incarnation(), all, floor, List.copyOf(states));
    }

    /** Returns whether it was asked of this server in this era. */
    boolean isOf(String server, Era at) {
        return era == at && incarnation.equals(server);
    }

    /** Returns what a script need not tell again. */
    List<String> numbers() {
        List<String> numbers = new ArrayList<>(1 + states.size());
        numbers.add(all);
        states.forEach(state -> numbers.add(state.number()));
        return numbers;
    }
}
