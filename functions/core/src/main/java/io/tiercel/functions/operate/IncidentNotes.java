package io.tiercel.functions.operate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators write about an incident: the person that works on it, and comments. Both are deleted with the incident, and the
 * erasure of a person covers their texts. All methods throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails.
 * Any thread of any number of processes may call them.
 */
public interface IncidentNotes {
    /** Maximum number of comments on an incident. */
    int MAX_COMMENTS = 100;

    /** Maximum length of a comment, in characters. */
    int MAX_COMMENT = 2_000;

    /** Maximum length of the name of an assignee or an author, in characters. */
    int MAX_NAME = 100;

    /** Maximum length of the name of an operator, in characters. The ARN of a caller is longer than a name. */
    int MAX_OPERATOR = 300;

    /**
     * The person that works on an incident.
     *
     * @param to name of the person; 1 to {@link #MAX_NAME} characters on one line
     * @param by the operator that assigned the incident; at most {@link #MAX_OPERATOR} characters
     * @param at when, in milliseconds
     */
    record Assignment(String to, String by, Instant at) {}

    /**
     * A comment.
     *
     * @param at when it was written, in milliseconds
     * @param by the operator; at most {@link #MAX_OPERATOR} characters
     * @param text 1 to {@link #MAX_COMMENT} characters
     */
    record Comment(Instant at, String by, String text) {}

    /** The results of adding a comment. */
    enum Added {
        ADDED,
        /** The last comment has the same author and text. Nothing changed. */
        REPEATED,
        /** The incident has {@link #MAX_COMMENTS} comments. Nothing changed. */
        FULL,
        /** The incident does not exist. */
        UNKNOWN
    }

    /** Returns the assignment of an incident. */
    Optional<Assignment> assignment(String incidentId);

    /**
     * Replaces the assignment of an incident; the last writer wins. Does nothing if the incident does not exist.
     *
     * @param assignment null to remove it
     */
    void assign(String incidentId, @Nullable Assignment assignment);

    /** Adds a comment. Of equal comments at the same time, one is added. */
    Added comment(String incidentId, Comment comment);

    /** Returns the comments of an incident, the oldest first. */
    List<Comment> comments(String incidentId);
}
