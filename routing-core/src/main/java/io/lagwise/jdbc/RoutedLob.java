package io.lagwise.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A large object of which writes are told to the ledger, as they change data without any statement. */
final class RoutedLob implements InvocationHandler {
    private final Object lob;
    private final LogicalSession session;
    private final Lease lease;

    private RoutedLob(Object lob, LogicalSession session, Lease lease) {
        this.lob = lob;
        this.session = session;
        this.lease = lease;
    }

    /** Returns the object for the application; null for null, and on a reader, which takes no writes, itself. */
    static <T> @Nullable T of(@Nullable T lob, Class<T> type, LogicalSession session, Lease lease) {
        if (lob == null || !lease.isOfWriter()) {
            return lob;
        }
        return type.cast(Proxy.newProxyInstance(
                RoutedLob.class.getClassLoader(), new Class<?>[] {type}, new RoutedLob(lob, session, lease)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        String name = method.getName();
        boolean writes = name.startsWith("set") || name.equals("truncate");
        return writes
                ? session.writeThrough(lease, target -> new Written(Calls.invoke(lob, method, arguments)))
                        .answer()
                : Calls.invoke(lob, method, arguments);
    }

    private record Written(@Nullable Object answer) {}
}
