package io.lagwise.samples.shop;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a customer gets to see of a sale. */
record Receipt(@Nullable Long id, String product, int quantity, BigDecimal total, Instant placedAt) {
    static Receipt of(PurchaseOrder order) {
        Product product = order.getProduct();
        return new Receipt(
                order.getId(),
                product.getName(),
                order.getQuantity(),
                product.getPrice().multiply(BigDecimal.valueOf(order.getQuantity())),
                order.getPlacedAt());
    }
}
