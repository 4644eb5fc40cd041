package io.lagwise.testkit;

import java.io.IOException;
import java.util.Locale;

/** A program with servers of its own, which ends as it is told. */
final class ServerOwner {
    static final String READY = "ready";

    private ServerOwner() {}

    /** How the program treats its servers before it waits for its end. */
    enum Habit {
        CLOSE,
        FORGET,
        FREEZE,
        KILL
    }

    /** Takes the kind of servers and the habit. */
    public static void main(String[] arguments) throws IOException {
        long begun = System.nanoTime();
        Habit habit = Habit.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        switch (arguments[0]) {
            case "postgres" -> treat(PostgresCluster.builder().readers(1).start(), habit);
            case "mariadb" -> treat(MariaDbServer.builder().start(), habit);
            case "redis" -> treat(RedisServer.builder().start(), habit);
            case "redis-cluster" -> treat(RedisCluster.start(), habit);
            case "redis-sentinels" -> treat(RedisSentinels.start(), habit);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("ready after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        System.out.println(READY);
        System.in.read();
    }

    private static void treat(PostgresCluster cluster, Habit habit) {
        switch (habit) {
            case CLOSE -> cluster.close();
            case FREEZE -> cluster.nodes().forEach(PostgresNode::freeze);
            case KILL -> cluster.reader(0).kill();
            case FORGET -> {}
        }
    }

    private static void treat(MariaDbServer server, Habit habit) {
        switch (habit) {
            case CLOSE -> server.close();
            case FORGET -> {}
            default -> throw new IllegalArgumentException(habit.name());
        }
    }

    private static void treat(RedisCluster cluster, Habit habit) {
        switch (habit) {
            case CLOSE -> cluster.close();
            case FORGET -> {}
            case FREEZE -> cluster.nodes().forEach(RedisServer::freeze);
            case KILL -> cluster.primary(0).kill();
        }
    }

    private static void treat(RedisSentinels sentinels, Habit habit) {
        switch (habit) {
            case CLOSE -> sentinels.close();
            case FORGET -> {}
            case FREEZE -> sentinels.sentinels().forEach(RedisServer::freeze);
            case KILL -> sentinels.primary().kill();
        }
    }

    private static void treat(RedisServer server, Habit habit) {
        switch (habit) {
            case CLOSE -> server.close();
            case FORGET -> {}
            case FREEZE -> server.freeze();
            case KILL -> server.kill();
        }
    }
}
