import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites classes in jars, so that an AOT cache can contain them completely: {@link ClassFileUpgrade}, and for the classes of this
 * project {@link BootstrapCalls}. The arguments are all jars of a program. Signed jars, and jars without such classes, stay unchanged.
 */
final class JarRewriter {
    private static final String OWN_CLASSES = "io/tiercel/";

    private final ClassFile classes;

    private JarRewriter(ClassFile classes) {
        this.classes = classes;
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, JarFile> jarsByEntry = new HashMap<>();
        for (String name : arguments) {
            JarFile jar = new JarFile(name);
            jar.stream().forEach(entry -> jarsByEntry.putIfAbsent(entry.getName(), jar));
        }
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> open(jarsByEntry, type))
                .orElse(ClassHierarchyResolver.defaultResolver());
        JarRewriter rewriter = new JarRewriter(ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(resolver)));
        for (JarFile jar : new HashSet<>(jarsByEntry.values())) {
            rewriter.rewrite(jar);
        }
    }

    private void rewrite(JarFile jar) throws IOException {
        boolean signed = jar.stream().anyMatch(entry -> entry.getName().endsWith(".SF"));
        if (signed || jar.stream().noneMatch(entry -> changes(entry, bytes(jar, entry)))) {
            return;
        }
        Path rewritten = Path.of(jar.getName() + ".new");
        try (JarOutputStream out =
                new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(rewritten)))) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                byte[] bytes = bytes(jar, entry);
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(changes(entry, bytes) ? change(entry, bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(rewritten, Path.of(jar.getName()), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean changes(JarEntry entry, byte[] bytes) {
        return entry.getName().endsWith(".class") && (ClassFileUpgrade.isOld(bytes) || isOwn(entry));
    }

    private static boolean isOwn(JarEntry entry) {
        return entry.getName().startsWith(OWN_CLASSES);
    }

    private byte[] change(JarEntry entry, byte[] bytes) {
        return isOwn(entry) ? BootstrapCalls.replace(classes, bytes) : ClassFileUpgrade.upgrade(classes, bytes);
    }

    private static InputStream open(Map<String, JarFile> jarsByEntry, ClassDesc type) {
        String descriptor = type.descriptorString();
        String entry = descriptor.substring(1, descriptor.length() - 1) + ".class";
        JarFile jar = jarsByEntry.get(entry);
        try {
            return jar == null ? null : jar.getInputStream(jar.getJarEntry(entry));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(JarFile file, JarEntry entry) {
        try (InputStream in = file.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
