package io.lagwise.sql;

/** Takes the quotes off names. */
final class Names {
    private Names() {}

    /** Returns an unquoted name as servers fold it: ASCII letters to lower case. */
    static String fold(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return foldAll(name);
            }
        }
        return name;
    }

    private static String foldAll(String name) {
        char[] chars = name.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            char c = chars[i];
            chars[i] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return new String(chars);
    }

    /**
     * Returns what stands between the quotes, with doubled quotes made single and Unicode escapes resolved.
     *
     * <p>Of a name that does not end, nothing is known.
     */
    static String unquote(String quoted) {
        boolean unicode = quoted.charAt(0) == 'U' || quoted.charAt(0) == 'u';
        int open = unicode ? 2 : 0;
        if (quoted.length() < open + 2) {
            return "";
        }
        char close = quoted.charAt(quoted.length() - 1);
        String content = quoted.substring(open + 1, quoted.length() - 1);
        if (content.indexOf(close) >= 0) {
            content = content.replace("" + close + close, "" + close);
        }
        return unicode ? resolve(content) : content;
    }

    private static String resolve(String escaped) {
        StringBuilder plain = new StringBuilder(escaped.length());
        int i = 0;
        while (i < escaped.length()) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                plain.append(c);
                i++;
            } else if (escaped.startsWith("\\", i + 1)) {
                plain.append('\\');
                i += 2;
            } else {
                boolean six = escaped.startsWith("+", i + 1);
                int from = i + (six ? 2 : 1);
                int to = Math.min(escaped.length(), from + (six ? 6 : 4));
                plain.appendCodePoint(codePoint(escaped.substring(from, to)));
                i = to;
            }
        }
        return plain.toString();
    }

    private static int codePoint(String hex) {
        int code = 0;
        for (int i = 0; i < hex.length(); i++) {
            code = code * 16 + Math.max(0, Character.digit(hex.charAt(i), 16));
        }
        return Character.isValidCodePoint(code) ? code : 0xFFFD;
    }
}
