package io.lagwise.samples.shop;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/** All sales. */
interface Orders extends Repository<PurchaseOrder, Long> {
    PurchaseOrder save(PurchaseOrder order);

    Optional<PurchaseOrder> findById(long id);

    List<PurchaseOrder> findTop20ByOrderByIdDesc();
}
