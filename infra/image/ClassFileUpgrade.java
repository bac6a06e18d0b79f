import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
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
 * Rewrites classes in jars that are older than Java 6 to the Java 8 class file format. An AOT cache rejects older classes,
 * because they have no stack maps. The arguments are jars. Signed jars, and jars without old classes, stay unchanged.
 */
final class ClassFileUpgrade {
    private static final int OLDEST_CACHEABLE = ClassFile.JAVA_6_VERSION;
    private static final int TARGET_VERSION = ClassFile.JAVA_8_VERSION;
    private static final int MAJOR_VERSION = 6;

    private ClassFileUpgrade() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, JarFile> jarsByEntry = new HashMap<>();
        for (String name : arguments) {
            JarFile jar = new JarFile(name);
            jar.stream().forEach(entry -> jarsByEntry.putIfAbsent(entry.getName(), jar));
        }
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> open(jarsByEntry, type))
                .orElse(ClassHierarchyResolver.defaultResolver());
        ClassFile classes = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(resolver));
        for (JarFile jar : new HashSet<>(jarsByEntry.values())) {
            boolean signed = jar.stream().anyMatch(entry -> entry.getName().endsWith(".SF"));
            if (!signed && jar.stream().anyMatch(entry -> isOld(entry, bytes(jar, entry)))) {
                Path upgraded = Path.of(jar.getName() + ".new");
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(upgraded))) {
                    write(jar, classes, out);
                }
                Files.move(upgraded, Path.of(jar.getName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean isOld(JarEntry entry, byte[] bytes) {
        return entry.getName().endsWith(".class")
                && ((bytes[MAJOR_VERSION] & 0xff) << 8 | bytes[MAJOR_VERSION + 1] & 0xff) < OLDEST_CACHEABLE;
    }

    private static void write(JarFile file, ClassFile classes, OutputStream out) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(out)) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                byte[] bytes = bytes(file, entry);
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                jar.putNextEntry(copy);
                jar.write(isOld(entry, bytes) ? upgrade(classes, bytes) : bytes);
                jar.closeEntry();
            }
        }
    }

    private static byte[] upgrade(ClassFile classes, byte[] bytes) {
        ClassModel old = classes.parse(bytes);
        return classes.transformClass(
                old,
                ClassTransform.dropping(element -> element instanceof ClassFileVersion)
                        .andThen(ClassTransform.transformingMethodBodies(CodeBuilder::with))
                        .andThen(ClassTransform.endHandler(builder -> builder.withVersion(TARGET_VERSION, 0))));
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
