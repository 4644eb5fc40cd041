package io.lagwise.jdbc;

import io.lagwise.replication.Stamp;
import io.lagwise.spi.Epoch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A physical connection while a logical one holds it.
 *
 * <p>It goes back as it was found: without statements, without a transaction, which is rolled back, and with its settings
 * restored; where that fails its pool forgets it.
 */
final class Lease {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final Node node;
    private final Connection physical;
    private final @Nullable Stamp stamp;
    private final List<Bound> bound = new ArrayList<>(2);
    private final AtomicBoolean over = new AtomicBoolean();
    private int changed;
    private @Nullable Object @Nullable [] before;
    private @Nullable Map<String, @Nullable String> clientInfoBefore;
    private int isolation;
    private @Nullable Proviso due;
    private boolean inTransaction;
    private boolean keptForSession;
    private volatile boolean spoiled;

    Lease(Node node, Connection physical, @Nullable Stamp stamp) {
        this.node = node;
        this.physical = physical;
        this.stamp = stamp;
        this.isolation = node.defaults().isolation();
    }

    Node node() {
        return node;
    }

    boolean isOfWriter() {
        return node.isWriter();
    }

    Connection physical() {
        return physical;
    }

    /** Returns the stamp; null only for the writer before it could ever be asked. */
    @Nullable
    Stamp stamp() {
        return stamp;
    }

    /** Returns whether what the connection shows belongs to the epoch. */
    boolean isOf(Epoch epoch) {
        return stamp != null && (!isOfWriter() || stamp.isOf(epoch));
    }

    // ---- what it was taken on

    /** Says that it was taken on trust. */
    void provide(Proviso proviso) {
        due = proviso;
    }

    /** Returns what must be asked once the statement has run, and forgets it; null if nothing. */
    @Nullable
    Proviso due() {
        Proviso proviso = due;
        due = null;
        return proviso;
    }

    // ---- statements

    void bind(Bound statement) {
        bound.add(statement);
    }

    void unbound(Bound statement) {
        bound.remove(statement);
    }

    boolean hasOpenResult() {
        for (int i = 0; i < bound.size(); i++) {
            if (bound.get(i).hasOpenResult()) {
                return true;
            }
        }
        return false;
    }

    // ---- what happened here

    /** Says that from now on a transaction may be open here. */
    void enterTransaction() {
        inTransaction = true;
    }

    void leaveTransaction() {
        inTransaction = false;
    }

    boolean isInTransaction() {
        return inTransaction;
    }

    /** Says that something was done here about which later statements of the session may ask. */
    void keepForSession() {
        keptForSession = true;
    }

    boolean isKeptForSession() {
        return keptForSession;
    }

    /** Makes the pool forget the connection when it is given back. */
    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    // ---- settings

    /** Changes a setting until the connection is given back. */
    <T> void set(Setting<T> setting, @Nullable T value) throws SQLException {
        if (!hasChanged(setting)) {
            T found = setting.read(physical);
            if (Objects.equals(found, value)) {
                return;
            }
            remember(setting, found);
        }
        setting.write(physical, value);
    }

    boolean hasChanged(Setting<?> setting) {
        return (changed & 1 << setting.index()) != 0;
    }

    private void remember(Setting<?> setting, @Nullable Object found) {
        Object[] all = before;
        if (all == null) {
            all = new Object[Setting.ALL.size()];
            before = all;
        }
        all[setting.index()] = found;
        changed |= 1 << setting.index();
    }

    /** Returns the isolation level without asking the server, which would be a round trip. */
    int isolation() {
        return isolation;
    }

    void setIsolation(int level) throws SQLException {
        if (!hasChanged(Setting.ISOLATION)) {
            remember(Setting.ISOLATION, isolation);
        }
        Setting.ISOLATION.write(physical, level);
        isolation = level;
    }

    void setClientInfo(String name, @Nullable String value) throws SQLException {
        Map<String, @Nullable String> known = clientInfoBefore;
        if (known == null) {
            known = new LinkedHashMap<>();
            clientInfoBefore = known;
        }
        if (!known.containsKey(name)) {
            known.put(name, physical.getClientInfo(name));
        }
        physical.setClientInfo(name, value);
    }

    // ---- the end

    /** Gives the connection back, or has its pool forget it; once, whoever calls. */
    void giveBack() throws SQLException {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        while (!bound.isEmpty()) {
            bound.remove(bound.size() - 1).unbind();
        }
        if (!spoiled && restore()) {
            node.giveBack(physical);
        } else {
            node.evict(physical);
        }
    }

    private boolean restore() {
        try {
            if (inTransaction) {
                physical.rollback();
            }
            restoreSettings();
            restoreClientInfo();
            return true;
        } catch (SQLException e) {
            log.debug("Restoring a connection of {} failed; it is evicted", node.name(), e);
            return false;
        }
    }

    private void restoreSettings() throws SQLException {
        Object[] all = before;
        if (all != null) {
            for (int i = all.length - 1; i >= 0; i--) {
                Setting<?> setting = Setting.ALL.get(i);
                if (hasChanged(setting)) {
                    setting.restore(physical, all[i]);
                }
            }
        }
    }

    private void restoreClientInfo() throws SQLException {
        Map<String, @Nullable String> known = clientInfoBefore;
        if (known != null) {
            for (Map.Entry<String, @Nullable String> entry : known.entrySet()) {
                physical.setClientInfo(entry.getKey(), entry.getValue());
            }
        }
    }
}
