package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Forwards connections from a port of its own on the loopback interface, until it is cut or stalled.
 *
 * <p>While it is stalled, neither end learns that the other has ended a connection. Thread-safe.
 */
final class Link implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private volatile int target;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore passage = new Semaphore(1);
    private volatile boolean cut;
    private volatile boolean stalled;

    private Link(int target, ServerSocket entrance) {
        this.target = target;
        this.entrance = entrance;
    }

    static Link to(int port) {
        try {
            Link link = new Link(port, new ServerSocket(Ports.next(), 50, InetAddress.getLoopbackAddress()));
            start("link-" + port, link::accept);
            return link;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
        open.forEach(Link::end);
    }

    synchronized void stall() {
        if (!stalled) {
            passage.acquireUninterruptibly();
            stalled = true;
        }
    }

    synchronized void restore() {
        cut = false;
        if (stalled) {
            stalled = false;
            passage.release();
        }
    }

    synchronized void redirect(int port) {
        target = port;
        open.forEach(Link::end);
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            cut();
            restore();
            Ports.giveBack(entrance.getLocalPort());
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                open.add(client);
                if (cut) {
                    end(client);
                } else {
                    connect(client);
                }
            } catch (IOException closed) {
                // Of the entrance it is the end; of the target it is as if that were not there.
                continue;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            open.add(server);
            start("link-to-" + target, () -> forward(client, server));
            start("link-from-" + target, () -> forward(server, client));
        } catch (IOException refused) {
            end(client);
            throw refused;
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        for (int length = read(from, buffer); length >= 0; length = read(from, buffer)) {
            pass();
            write(to, buffer, length);
        }
        pass();
        end(from);
        end(to);
        open.remove(from);
        open.remove(to);
    }

    private static int read(Socket from, byte[] buffer) {
        try {
            return from.getInputStream().read(buffer);
        } catch (IOException ended) {
            return -1;
        }
    }

    /** A broken connection also ends the reading of the other way, which sees it. */
    private static void write(Socket to, byte[] buffer, int length) {
        try {
            to.getOutputStream().write(buffer, 0, length);
        } catch (IOException broken) {
            end(to);
        }
    }

    /** Waits while the link is stalled. */
    private void pass() {
        passage.acquireUninterruptibly();
        passage.release();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
