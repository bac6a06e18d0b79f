package io.tiercel.bench.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Prints the cost tables, or writes them into the documentation: {@code bench cost [--write]}. */
public final class CostBench {
    static final List<Path> PAGES = List.of(Path.of("docs", "cost.md"), Path.of("docs", "deploy-eks.md"));

    private CostBench() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> tables = new CostTables(new CostModel(CostSettings.DEFAULT, PriceList.read())).all();
        if (args.length == 1 && args[0].equals("--write")) {
            for (Path page : PAGES) {
                Files.writeString(page, GeneratedTables.replace(Files.readString(page), tables));
            }
            return;
        }
        if (args.length > 0) {
            System.err.println("Usage: ./tiercel bench cost [--write]");
            System.exit(1);
        }
        tables.forEach((name, table) -> System.out.println("## " + name + "\n\n" + table));
    }
}
