package io.lagwise.testkit;

import java.io.IOException;
import java.util.Locale;

/** A program with a cluster of its own, which ends as it is told. */
final class ClusterOwner {
    static final String READY = "ready";

    private ClusterOwner() {}

    /** How the program treats its cluster before it waits for its end. */
    enum Habit {
        CLOSE,
        FORGET,
        FREEZE,
        KILL
    }

    public static void main(String[] arguments) throws IOException {
        long begun = System.nanoTime();
        PostgresCluster cluster = PostgresCluster.builder().readers(1).start();
        System.out.println("started after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        switch (Habit.valueOf(arguments[0].toUpperCase(Locale.ROOT))) {
            case CLOSE -> cluster.close();
            case FREEZE -> cluster.nodes().forEach(PostgresNode::freeze);
            case KILL -> cluster.reader(0).kill();
            case FORGET -> {}
        }
        System.out.println(READY);
        System.in.read();
    }
}
