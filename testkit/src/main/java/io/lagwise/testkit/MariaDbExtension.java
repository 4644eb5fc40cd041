package io.lagwise.testkit;

/** Starts the server that {@link MariaDb} describes. */
final class MariaDbExtension extends ServerExtension<MariaDb, MariaDbServer> {
    MariaDbExtension() {
        super(MariaDb.class, MariaDbServer.class);
    }

    @Override
    MariaDbServer start(MariaDb wanted) {
        MariaDbServer.Builder builder = MariaDbServer.builder();
        eachSetting(wanted.settings(), builder::setting);
        return builder.start();
    }
}
