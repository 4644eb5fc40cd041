package io.lagwise.boot.bookshop;

import io.lagwise.LagIgnore;
import io.lagwise.UseWriter;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;

public interface Authors extends JpaRepository<Author, Long> {
    Optional<Author> findByName(String name);

    @LagIgnore
    long countByName(String name);

    @UseWriter
    boolean existsByName(String name);
}
