package io.lagwise.cache;

import io.lagwise.spi.ResultKey;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;

/** One execution of a statement of which is measured whether keeping its results pays. */
public final class Trial {
    private final Admission admission;
    private final Admission.Verdict verdict;

    Trial(Admission admission) {
        this.admission = admission;
        this.verdict = admission.next();
    }

    /** Returns whether the execution may go its way without the cache hearing of it. */
    public boolean isLeft() {
        return verdict == Admission.Verdict.LEAVE;
    }

    /** Returns whether the cache is to answer it, and to keep its result. */
    public boolean isAdmitted() {
        return verdict == Admission.Verdict.KEEP;
    }

    /** Says that it was executed while it is only watched; a commit under way makes each execution another question. */
    public void executed(ResultKey key, TableSet tables, long nanos) {
        long now = System.nanoTime();
        TableVersions versions = tables.versions();
        long moment = versions == null ? now : versions.hashCode();
        admission.executed(mix(31L * key.hashCode() + moment), nanos, now);
    }

    private static long mix(long question) {
        long mixed = (question ^ (question >>> 32)) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /** Says that the cache has answered. */
    public void hit() {
        admission.asked(true, 0, System.nanoTime());
    }

    /** Says that the database has, in this time. */
    public void missed(long nanos) {
        admission.asked(false, nanos, System.nanoTime());
    }
}
