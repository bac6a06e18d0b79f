package io.tiercel.functions.local.sqlite;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Why the database cannot be read or written. Unlike a lock that another process holds, such a fault needs somebody to free space or to
 * repair the file system.
 *
 * @param kind the cause in plain words
 * @param code SQLite's name of the error, for example {@code SQLITE_FULL}; empty if SQLite did not find it
 */
public record StoreFault(Kind kind, String code) {
    /** The files of the database are gone. Every access then fails in another way. */
    static final StoreFault FILES_GONE = new StoreFault(Kind.MOVED, "");

    /** The kinds of faults. */
    public enum Kind {
        DISK_FULL("disk full"),
        READ_ONLY("the data directory is read-only"),
        NOT_OPENED("the database file cannot be opened"),
        MOVED("the database file was deleted, moved or replaced; put it back or restart the server"),
        CORRUPT("the database file is damaged"),
        IO_ERROR("I/O error");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * Returns the fault behind an error of SQLite, or empty for others, such as a busy database.
     *
     * @param diskFull whether the file system has no space left, because SQLite reports some full disks as an I/O error
     */
    static Optional<StoreFault> of(SQLException e, boolean diskFull) {
        if (e instanceof StoreFaultException known) {
            return Optional.of(known.fault());
        }
        if (!(e instanceof SQLiteException sqlite)) {
            return Optional.empty();
        }
        // Extended codes, such as SQLITE_IOERR_WRITE, have the primary code as their lowest byte.
        SQLiteErrorCode extended = sqlite.getResultCode();
        Optional<Kind> kind = switch (SQLiteErrorCode.getErrorCode(extended.code & 0xff)) {
            case SQLITE_FULL -> Optional.of(Kind.DISK_FULL);
            case SQLITE_IOERR -> Optional.of(diskFull ? Kind.DISK_FULL : Kind.IO_ERROR);
            case SQLITE_READONLY ->
                Optional.of(extended == SQLiteErrorCode.SQLITE_READONLY_DBMOVED ? Kind.MOVED : Kind.READ_ONLY);
            case SQLITE_CANTOPEN -> Optional.of(diskFull ? Kind.DISK_FULL : Kind.NOT_OPENED);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> Optional.of(Kind.CORRUPT);
            default -> Optional.empty();
        };
        return kind.map(known -> new StoreFault(known, extended.name().toUpperCase(Locale.ROOT)));
    }

    /** Returns one line, for example {@code disk full (SQLITE_FULL)}. It contains no path. */
    public String text() {
        return code.isEmpty() ? kind.text : kind.text + " (" + code + ")";
    }
}
