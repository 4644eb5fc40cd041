package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Arrays;

/** The state of reading one text that all readers of its parts share: the place, the levels, the findings. */
final class Walk {
    private final DialectRules rules;
    private final Tokens tokens;
    private final Cursor cursor;
    private final Findings findings;
    private final Calls calls;
    private final Scopes scopes = new Scopes();
    private Frame[] frames = new Frame[8];
    private int depth;

    Walk(DialectRules rules, Tokens tokens, Findings findings) {
        this.rules = rules;
        this.tokens = tokens;
        this.findings = findings;
        this.cursor = new Cursor(tokens, rules.unseparated());
        this.calls = new Calls(rules, tokens, findings);
    }

    DialectRules rules() {
        return rules;
    }

    Tokens tokens() {
        return tokens;
    }

    Cursor cursor() {
        return cursor;
    }

    Findings findings() {
        return findings;
    }

    Calls calls() {
        return calls;
    }

    Scopes scopes() {
        return scopes;
    }

    void malformed() {
        findings.unknown(RouteReason.MALFORMED);
    }

    // Levels

    int depth() {
        return depth;
    }

    Frame frame() {
        return frames[depth - 1];
    }

    /** Begins a level at the cursor. */
    Frame open(Clause first) {
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        Frame frame = frames[depth];
        if (frame == null) {
            frame = new Frame();
            frames[depth] = frame;
        }
        depth++;
        return frame.begin(first, scopes.mark(), findings.readCount());
    }

    /** Steps into the parenthesis at hand; the outer level goes on with the given clause. */
    Frame open(Clause first, Clause outer) {
        frame().clause = outer;
        cursor.next();
        return open(first);
    }

    /** Ends the level at the cursor. */
    void close() {
        Frame frame = frame();
        scopes.endSince(frame.scopeMark);
        depth--;
        if (frame.defines != null) {
            scopes.add(frame.defines, frame.readMark, findings.readCount());
        }
    }

    void closeAll() {
        depth = 0;
        scopes.endSince(0);
    }

    // Names

    /** Returns the name of the token as scopes compare it. */
    String scopeName(int token) {
        return rules.foldsNames() ? tokens.name(token) : tokens.exactName(token);
    }

    /** Steps into the arguments of a call, whose opening parenthesis is at hand. */
    void call(TableName routine, Clause outer) {
        int last = cursor.at() - 1;
        calls.called(routine, last);
        Frame arguments = open(Clause.START, outer);
        arguments.routine = routine.name();
        arguments.argumentWords = Grammar.hasArgumentWords(tokens.word(last));
        if (calls.takesTable(routine)) {
            tableArgument();
        }
    }

    /** Notes the table that is the first argument, as in {@code CONTAINSTABLE(orders, *, 'x')}. */
    private void tableArgument() {
        if (cursor.is(Word.CHANGES) || cursor.is(Word.VERSION)) {
            cursor.next();
        }
        if (cursor.isName()) {
            findings.read(cursor.name());
        }
    }
}
