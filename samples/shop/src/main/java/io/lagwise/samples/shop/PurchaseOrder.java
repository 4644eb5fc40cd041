package io.lagwise.samples.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A sale. */
@Entity
@Table(name = "shop_order")
class PurchaseOrder {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "shop_order_id")
    @SequenceGenerator(name = "shop_order_id", sequenceName = "shop_order_id", allocationSize = 50)
    private @Nullable Long id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Product product;

    private int quantity;
    private Instant placedAt;

    @SuppressWarnings("NullAway") // filled by Hibernate
    protected PurchaseOrder() {}

    PurchaseOrder(Product product, int quantity, Instant placedAt) {
        this.product = product;
        this.quantity = quantity;
        this.placedAt = placedAt;
    }

    @Nullable
    Long getId() {
        return id;
    }

    Product getProduct() {
        return product;
    }

    int getQuantity() {
        return quantity;
    }

    Instant getPlacedAt() {
        return placedAt;
    }
}
