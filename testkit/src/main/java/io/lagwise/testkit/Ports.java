package io.lagwise.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports below those that systems give to outgoing connections.
 *
 * <p>A stopped server finds its port still free when it starts again, which an ephemeral one would not promise.
 */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int END = 32_000;
    private static final int TO_BUS = 10_000;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new TestServerException("No free port found between " + FIRST + " and " + END);
    }

    /** Returns a port whose companion is free too: where members of a Redis Cluster that listen at the first hear each other. */
    static int nextWithBus() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int bus = ThreadLocalRandom.current().nextInt(FIRST + TO_BUS, END);
            if (isFree(bus) && GIVEN.add(bus)) {
                int port = bus - TO_BUS;
                if (isFree(port) && GIVEN.add(port)) {
                    return port;
                }
                giveBack(bus);
            }
        }
        throw new TestServerException("No two free ports found between " + FIRST + " and " + END);
    }

    static void giveBackWithBus(int port) {
        giveBack(port);
        giveBack(port + TO_BUS);
    }

    static void giveBack(int port) {
        GIVEN.remove(port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
