package io.lagwise.testkit;

class MariaDbLeftoversIT extends LeftoversContract {
    @Override
    String kind() {
        return "mariadb";
    }

    @Override
    String program() {
        return "mariadbd --no-defaults";
    }

    @Override
    int servers() {
        return 1;
    }
}
