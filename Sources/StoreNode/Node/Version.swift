/// What this build calls itself.
public enum Version {
    /// Keel's own version.
    public static let keel = "0.1.0"
    /// The version of Redis whose commands and replies it follows, for clients that ask.
    static let redisCompatibility = "7.0.0"
}
