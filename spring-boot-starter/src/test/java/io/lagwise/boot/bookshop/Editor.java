package io.lagwise.boot.bookshop;

import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Editor {
    private final Authors authors;
    private final Books books;

    Editor(Authors authors, Books books) {
        this.authors = authors;
        this.books = books;
    }

    /** Writes with both kinds of keys, and reads what it wrote. */
    @Transactional
    public Author publish(String name, String... titles) {
        Author author = authors.save(new Author(name));
        for (String title : titles) {
            books.save(new Book(title, author));
        }
        if (books.count() < titles.length || authors.findByName(name).isEmpty()) {
            throw new IllegalStateException("the transaction does not see its own writes");
        }
        return author;
    }

    @Transactional
    public void rename(long id, String name) {
        authors.findById(id).orElseThrow().rename(name);
    }

    /** Loads the books lazily, within the transaction. */
    @Transactional(readOnly = true)
    public List<String> titlesOf(String name) {
        return authors.findByName(name).orElseThrow().titles();
    }
}
