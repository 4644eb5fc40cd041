package io.lagwise.policy;

import io.lagwise.spi.RoutingPolicy;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses the reader with the fewest connections in use for its weight; equals by chance. */
public final class LeastBusy implements RoutingPolicy {
    /** Makes the policy. */
    public LeastBusy() {}

    @Override
    public int choose(Candidates candidates) {
        int size = candidates.size();
        if (size == 1) {
            return 0;
        }
        int first = ThreadLocalRandom.current().nextInt(size);
        int best = first;
        for (int i = 1; i < size; i++) {
            int candidate = (first + i) % size;
            if (isLessBusy(candidates, candidate, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean isLessBusy(Candidates candidates, int left, int right) {
        return (long) candidates.inUse(left) * candidates.weight(right)
                < (long) candidates.inUse(right) * candidates.weight(left);
    }
}
