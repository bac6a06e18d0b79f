package io.tiercel.functions.audit.anchor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/**
 * The root of a Merkle tree over a list of leaves, as in RFC 6962, section 2.1: SHA-256, with the prefix 0 for leaves and 1 for inner
 * nodes. Takes one leaf at a time and keeps only the roots of the complete subtrees, at most 63. Not thread-safe.
 */
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** A complete subtree. */
    private static final class Subtree {
        private final long leaves;
        private final byte[] hash;

        Subtree(long leaves, byte[] hash) {
            this.leaves = leaves;
            this.hash = hash;
        }
    }

    private final Deque<Subtree> subtrees = new ArrayDeque<>();
    private final MessageDigest digest = sha256();

    /** Appends a leaf. */
    public void add(byte[] leaf) {
        digest.update(LEAF);
        Subtree last = new Subtree(1, digest.digest(leaf));
        while (!subtrees.isEmpty() && subtrees.getLast().leaves == last.leaves) {
            last = parent(subtrees.removeLast(), last);
        }
        subtrees.addLast(last);
    }

    /** Appends the UTF-8 bytes of a text as a leaf. */
    public void add(String leaf) {
        add(leaf.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the root over all leaves so far as 64 hexadecimal digits. Further leaves can be added. */
    public String root() {
        if (subtrees.isEmpty()) {
            return HexFormat.of().formatHex(digest.digest());
        }
        Deque<Subtree> rest = new ArrayDeque<>(subtrees);
        Subtree right = rest.removeLast();
        while (!rest.isEmpty()) {
            right = parent(rest.removeLast(), right);
        }
        return HexFormat.of().formatHex(right.hash);
    }

    private Subtree parent(Subtree left, Subtree right) {
        digest.update(NODE);
        digest.update(left.hash);
        return new Subtree(left.leaves + right.leaves, digest.digest(right.hash));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available; every Java platform must provide it", e);
        }
    }
}
