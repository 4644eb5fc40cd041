package io.lagwise.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalLedgerTests {
    private static final Epoch FIRST = new Epoch(1, 1, new ServerId("a"));
    private static final Epoch SECOND = new Epoch(2, 1, new ServerId("b"));

    private final LocalLedger ledger = new LocalLedger();
    private final TableSet readOfT = ledger.reads(Set.of("t"));
    private final TableSet readOfU = ledger.reads(Set.of("u"));
    private final TableSet readOfAnything = ledger.reads(Set.of(TableLedger.ANYTHING));
    private final TableSet writeOfT = ledger.writes(Set.of("t"));

    @BeforeEach
    void reachTheWriter() {
        assertThat(readOfT.required())
                .as("nothing is known before the writer was reached")
                .isNull();
        ledger.advance(FIRST, at(100));
    }

    private static Position at(long counter) {
        return Position.of("lsn", counter);
    }

    private CommitToken begin(TableSet written) throws EpochOverException {
        return ledger.begin(List.of(written), FIRST, "1:1");
    }

    @Test
    void aTableThatWasNeverSeenCountsAsWrittenAtTheFloor() {
        assertThat(ledger.reads(Set.of("new")).required()).isEqualTo(at(100));
    }

    @Test
    void aCommitUnderWayLetsNoReaderAnswerForItsTablesOnly() throws EpochOverException {
        CommitToken token = begin(writeOfT);
        assertThat(readOfT.required()).isNull();
        assertThat(readOfAnything.required()).isNull();
        assertThat(readOfU.required()).isEqualTo(at(100));

        ledger.complete(token, at(150));
        assertThat(readOfT.required()).isEqualTo(at(150));
        assertThat(readOfAnything.required()).isEqualTo(at(150));
        assertThat(readOfU.required()).isEqualTo(at(100));
    }

    @Test
    void twoCommitsUnderWayMustBothEnd() throws EpochOverException {
        CommitToken one = begin(writeOfT);
        CommitToken two = begin(writeOfT);
        ledger.complete(two, at(170));
        assertThat(readOfT.required()).isNull();
        ledger.complete(one, at(160));
        assertThat(readOfT.required()).as("a position never goes back").isEqualTo(at(170));
    }

    @Test
    void aTokenEndsOnce() throws EpochOverException {
        CommitToken one = begin(writeOfT);
        begin(writeOfT);
        ledger.complete(one, at(150));
        ledger.complete(one, at(150));
        assertThat(readOfT.required()).isNull();
    }

    @Test
    void whatIsNotUnderstoodTouchesEveryRead() throws EpochOverException {
        for (String pseudoTable : List.of(TableLedger.UNKNOWN, TableLedger.CATALOG)) {
            CommitToken token = begin(ledger.writes(Set.of(pseudoTable)));
            assertThat(readOfT.required()).isNull();
            assertThat(readOfU.required()).isNull();
            ledger.complete(token, at(200));
            assertThat(readOfU.required()).isEqualTo(at(200));
        }
    }

    @Test
    void aLaterEpochDropsWhatTheFormerOneHadUnderWay() throws EpochOverException {
        CommitToken former = begin(writeOfT);
        ledger.advance(SECOND, at(120));
        assertThat(readOfT.required()).isEqualTo(at(120));
        ledger.complete(former, at(500));
        assertThat(readOfT.required())
                .as("a former writer's position means nothing now")
                .isEqualTo(at(120));
    }

    @Test
    void aConnectionOfAFormerEpochCannotCommit() throws EpochOverException {
        ledger.advance(SECOND, at(120));
        assertThatThrownBy(() -> begin(writeOfT)).isInstanceOf(EpochOverException.class);
        assertThat(readOfT.required()).as("nothing stays marked").isEqualTo(at(120));
    }

    @Test
    void readingTheSameEpochAnewKeepsWhatIsUnderWay() throws EpochOverException {
        CommitToken token = begin(writeOfT);
        ledger.advance(FIRST, at(130));
        assertThat(readOfT.required()).isNull();
        assertThat(readOfU.required()).isEqualTo(at(130));
        ledger.complete(token, at(140));
        assertThat(readOfT.required()).isEqualTo(at(140));
    }

    @Test
    void anEarlierEpochChangesNothing() {
        ledger.advance(SECOND, at(120));
        ledger.advance(FIRST, at(900));
        assertThat(readOfT.required()).isEqualTo(at(120));
    }

    @Test
    void aResultStaysValidUntilOneOfItsTablesIsWritten() throws EpochOverException {
        TableVersions before = versions(readOfT);
        CommitToken elsewhere = begin(ledger.writes(Set.of("u")));
        ledger.complete(elsewhere, at(150));
        assertThat(readOfT.isAt(before)).as("another table was written").isTrue();

        CommitToken token = begin(writeOfT);
        assertThat(readOfT.isAt(before)).as("a commit is under way").isFalse();
        assertThat(readOfT.versions()).isNull();
        ledger.complete(token, at(160));
        assertThat(readOfT.isAt(before)).as("the commit is over").isFalse();
        assertThat(readOfT.isAt(versions(readOfT))).isTrue();
        assertThat(ledger.reads(Set.of("t")).isAt(versions(readOfT)))
                .as("another set of the same tables")
                .isTrue();
        assertThat(readOfU.isAt(versions(readOfT))).as("other tables").isFalse();
    }

    @Test
    void aNewEpochAndANewReadingOfTheSameMakeEveryResultInvalid() {
        TableVersions first = versions(readOfT);
        ledger.advance(FIRST, at(130));
        assertThat(readOfT.isAt(first)).isFalse();
        TableVersions again = versions(readOfT);
        ledger.advance(SECOND, at(120));
        assertThat(readOfT.isAt(again)).isFalse();
        assertThat(versions(readOfT).epoch()).isEqualTo(SECOND);
    }

    @Test
    void versionsAreEqualIfNothingWasWrittenBetween() throws EpochOverException {
        TableVersions before = versions(readOfT);
        assertThat(versions(readOfT)).isEqualTo(before).hasSameHashCodeAs(before);
        ledger.complete(begin(writeOfT), at(150));
        assertThat(versions(readOfT)).isNotEqualTo(before);
    }

    private static TableVersions versions(TableSet tables) {
        TableVersions versions = tables.versions();
        assertThat(versions).isNotNull();
        return versions;
    }

    @Test
    void aRecordTellsItsLastWriteAndWhatIsUnderWay() throws EpochOverException {
        begin(writeOfT);
        assertThat(ledger.describe(List.of("t", "u")))
                .extracting("table", "lastWrite", "inFlight")
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("t", at(100), 1),
                        org.assertj.core.groups.Tuple.tuple("u", at(100), 0));
    }
}
