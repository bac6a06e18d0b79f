package io.tiercel.functions.respond.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ReloadingPoliciesTest {
    @TempDir
    private Path folder;

    private Instant now = Instant.EPOCH;

    private static String policy(String name) {
        return "- policy: " + name + "\n  desc: Test policy\n  match: {priority: warning}\n  actions: [notify]\n";
    }

    private static List<String> names(Supplier<Policies> policies) {
        return policies.get().policies().stream().map(ResponsePolicy::name).toList();
    }

    private Supplier<Policies> policiesFrom(Path file) {
        return ReloadingPolicies.of(Optional.of(file.toString()), () -> now);
    }

    @Test
    void a_changed_symbolic_link_is_reloaded_after_the_check_interval() throws IOException {
        Files.writeString(folder.resolve("one"), policy("One"));
        Files.writeString(folder.resolve("two"), policy("Two"));
        Path file = Files.createSymbolicLink(folder.resolve("file.yaml"), Path.of("one"));
        Supplier<Policies> policies = policiesFrom(file);
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("two"));
        assertEquals(List.of("One"), names(policies));
        now = now.plusSeconds(2);
        assertEquals(List.of("Two"), names(policies));
    }

    @Test
    void an_invalid_or_missing_file_changes_nothing() throws IOException {
        Path file = Files.writeString(folder.resolve("file.yaml"), policy("One"));
        Supplier<Policies> policies = policiesFrom(file);
        Files.writeString(file, "- policy: Two\n  actions: [ec2:explode]\n");
        now = now.plusSeconds(2);
        assertEquals(List.of("One"), names(policies));
        Files.delete(file);
        now = now.plusSeconds(2);
        assertEquals(List.of("One"), names(policies));
        Files.writeString(file, policy("Three"));
        now = now.plusSeconds(2);
        assertEquals(List.of("Three"), names(policies));
    }

    @Test
    void an_invalid_file_is_rejected_at_start() throws IOException {
        Path file = Files.writeString(folder.resolve("file.yaml"), "- policy: Two\n");
        assertThrows(IllegalArgumentException.class, () -> policiesFrom(file));
    }
}
