package io.lagwise.testkit;

class RedisClusterLeftoversIT extends LeftoversContract {
    @Override
    String kind() {
        return "redis-cluster";
    }

    @Override
    String program() {
        return "redis-server";
    }

    @Override
    int servers() {
        return 6;
    }
}
