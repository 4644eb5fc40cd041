package io.lagwise.testkit;

class RedisLeftoversIT extends LeftoversContract {
    @Override
    String kind() {
        return "redis";
    }

    @Override
    String program() {
        return "redis-server";
    }

    @Override
    int servers() {
        return 1;
    }
}
