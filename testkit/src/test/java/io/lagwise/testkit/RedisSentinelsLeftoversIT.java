package io.lagwise.testkit;

class RedisSentinelsLeftoversIT extends LeftoversContract {
    @Override
    String kind() {
        return "redis-sentinels";
    }

    @Override
    String program() {
        return "redis-server";
    }

    @Override
    int servers() {
        return 5;
    }
}
