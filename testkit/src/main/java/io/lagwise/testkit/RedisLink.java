package io.lagwise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A way to a server that can be cut or stalled, while others use another.
 *
 * <p>It listens on the loopback interface on a port of its own. Thread-safe.
 */
public final class RedisLink implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private volatile int target;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore passage = new Semaphore(1);
    private volatile boolean cut;
    private volatile boolean stalled;

    private RedisLink(int target, ServerSocket entrance) {
        this.target = target;
        this.entrance = entrance;
    }

    static RedisLink to(int port) {
        try {
            RedisLink link = new RedisLink(port, new ServerSocket(Ports.next(), 50, InetAddress.getLoopbackAddress()));
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

    /** Returns the address of this way as clients take it. */
    public String address() {
        return "redis://127.0.0.1:" + entrance.getLocalPort();
    }

    /** Ends all connections, and every new one at once. */
    public synchronized void cut() {
        cut = true;
        open.forEach(RedisLink::end);
    }

    /** Keeps connections open and lets nothing pass, neither way. */
    public synchronized void stall() {
        if (!stalled) {
            passage.acquireUninterruptibly();
            stalled = true;
        }
    }

    /** Lets everything pass again; what was stalled arrives late. */
    public synchronized void restore() {
        cut = false;
        if (stalled) {
            stalled = false;
            passage.release();
        }
    }

    /** Leads to another server from now on, and ends all connections to the former one; a failover as clients see it. */
    public synchronized void redirect(RedisServer server) {
        target = server.port();
        open.forEach(RedisLink::end);
    }

    /** Ends all connections and gives the port back. */
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
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                passage.acquireUninterruptibly();
                passage.release();
                out.write(buffer, 0, length);
            }
        } catch (IOException broken) {
            // Either end has closed its connection, or the link was cut.
            end(from);
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
