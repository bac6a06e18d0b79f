package io.tiercel.functions.audit.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MerkleTreeTest {
    private static String root(List<byte[]> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::add);
        return tree.root();
    }

    /** The recursive definition of RFC 6962, section 2.1. */
    private static byte[] definition(List<byte[]> leaves) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        if (leaves.isEmpty()) {
            return digest.digest();
        }
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        if (leaves.size() == 1) {
            input.write(0);
            input.write(leaves.getFirst());
        } else {
            int split = Integer.highestOneBit(leaves.size() - 1);
            input.write(1);
            input.write(definition(leaves.subList(0, split)));
            input.write(definition(leaves.subList(split, leaves.size())));
        }
        return digest.digest(input.toByteArray());
    }

    /** The vectors that implementations of Certificate Transparency share. */
    @Test
    void the_roots_of_published_vectors() {
        List<byte[]> leaves = new ArrayList<>();
        List<String> roots = new ArrayList<>();
        roots.add(root(leaves));
        for (String leaf : List.of(
                "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")) {
            leaves.add(HexFormat.of().parseHex(leaf));
            roots.add(root(leaves));
        }
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", roots.get(0));
        assertEquals("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", roots.get(1));
        assertEquals("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", roots.get(2));
        assertEquals("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", roots.get(3));
        assertEquals("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", roots.get(4));
        assertEquals("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", roots.get(8));
    }

    @Property(tries = 300)
    void the_root_follows_the_definition(@ForAll @Size(max = 40) List<String> texts) throws Exception {
        List<byte[]> leaves = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        assertEquals(HexFormat.of().formatHex(definition(leaves)), root(leaves));
    }

    @Property(tries = 300)
    void a_changed_removed_or_added_leaf_changes_the_root(
            @ForAll @NotEmpty @Size(max = 40) List<String> texts, @ForAll int position) throws Exception {
        List<byte[]> leaves = new ArrayList<>(texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
        String before = root(leaves);
        int index = Math.floorMod(position, leaves.size());
        byte[] leaf = leaves.get(index);
        leaves.set(index, (texts.get(index) + "x").getBytes(StandardCharsets.UTF_8));
        assertNotEquals(before, root(leaves));
        leaves.set(index, leaf);
        leaves.addLast(leaf);
        assertNotEquals(before, root(leaves));
        leaves.removeLast();
        leaves.remove(index);
        assertNotEquals(before, root(leaves));
    }
}
