package io.lagwise.samples.shop;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Customers who look around much, buy little, and now and then somebody who wants figures. */
@Component
@ConditionalOnProperty(name = "shop.load.enabled", matchIfMissing = true)
class Customers implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Customers.class);
    private static final long LONGEST_VISIT_SECONDS = 5;
    private static final int DELIVERY = 500;

    private final Products products;
    private final Counter counter;
    private final SalesReport report;
    private final LoadProperties load;
    private volatile @Nullable ScheduledExecutorService visits;

    Customers(Products products, Counter counter, SalesReport report, LoadProperties load) {
        this.products = products;
        this.counter = counter;
        this.report = report;
        this.load = load;
    }

    @Override
    public void start() {
        ScheduledExecutorService opened = Executors.newScheduledThreadPool(load.customers());
        long pause = load.pause().toMillis();
        for (int customer = 0; customer < load.customers(); customer++) {
            opened.scheduleWithFixedDelay(this::visit, pause, pause, TimeUnit.MILLISECONDS);
        }
        visits = opened;
    }

    private void visit() {
        try {
            act(ThreadLocalRandom.current().nextInt(100));
        } catch (OptimisticLockingFailureException e) {
            log.debug("Two customers wanted the same product", e);
        } catch (RuntimeException e) {
            log.warn("A customer could not be served: {}", e.getMessage());
            log.debug("Cause", e);
        }
    }

    private void act(int dice) {
        if (dice < 5) {
            buy(anyProduct());
        } else if (dice < 15) {
            counter.latest();
        } else if (dice < 16) {
            report.byProduct();
        } else {
            products.findById(anyProduct().getId());
        }
    }

    private void buy(Product product) {
        if (products.stockOf(product.getId()).orElseThrow() == 0) {
            counter.deliver(product.getId(), DELIVERY);
        }
        counter.order(product.getId(), 1);
    }

    private Product anyProduct() {
        List<Product> all = products.findAllByOrderByName();
        return all.get(ThreadLocalRandom.current().nextInt(all.size()));
    }

    @Override
    public void stop() {
        ScheduledExecutorService closing = visits;
        visits = null;
        if (closing == null) {
            return;
        }
        closing.shutdown();
        try {
            if (!closing.awaitTermination(LONGEST_VISIT_SECONDS, TimeUnit.SECONDS)) {
                closing.shutdownNow();
            }
        } catch (InterruptedException e) {
            closing.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return visits != null;
    }
}
