using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace VerifyTests;

/// <summary>A comparison that begins when it is awaited, so that settings can come first.</summary>
public sealed class SettingsTask
{
    private readonly GeneratorDriverRunResult result;
    private readonly string sourceDirectory;
    private readonly string className;
    private readonly string methodName;
    private string directory;
    private object?[] parameters = [];

    internal SettingsTask(GeneratorDriverRunResult result, string sourceFile, string methodName)
    {
        this.result = result;
        sourceDirectory = Path.GetDirectoryName(sourceFile)!;
        directory = sourceDirectory;
        className = Path.GetFileNameWithoutExtension(sourceFile);
        this.methodName = methodName;
    }

    /// <summary>Keeps the files in another directory.</summary>
    /// <param name="directory">Absolute, or relative to the test's file.</param>
    public SettingsTask UseDirectory(string directory)
    {
        this.directory = Path.Combine(sourceDirectory, directory);
        return this;
    }

    /// <summary>Tells the runs of a theory apart.</summary>
    /// <param name="parameters">The arguments, in the order of the method's parameters.</param>
    public SettingsTask UseParameters(params object?[] parameters)
    {
        this.parameters = parameters;
        return this;
    }

    /// <summary>Compares.</summary>
    public async Task ToTask()
    {
        await Task.Yield();
        SnapshotComparison.Compare(result, directory, Prefix());
    }

    /// <inheritdoc cref="ToTask"/>
    public TaskAwaiter GetAwaiter() => ToTask().GetAwaiter();

    /// <inheritdoc cref="ToTask"/>
    public static implicit operator Task(SettingsTask settings) => settings.ToTask();

    private string Prefix()
    {
        string prefix = $"{className}.{methodName}";
        if (parameters.Length == 0)
        {
            return prefix;
        }

        ParameterInfo[] declared = typeof(SettingsTask).Assembly.GetTypes()
            .Where(type => type.Name == className)
            .SelectMany(type => type.GetMethods())
            .Single(method => method.Name == methodName)
            .GetParameters();
        return prefix + string.Concat(parameters.Zip(declared, (value, parameter) => $"_{parameter.Name}={FileNamePart(value)}"));
    }

    private static string FileNamePart(object? value)
    {
        char[] forbidden = ['"', '\\', '<', '>', '|', ':', '*', '?', '/', .. Enumerable.Range(0, 32).Select(code => (char)code)];
        string text = value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return string.Concat(text.Select(character => forbidden.Contains(character) ? '-' : character));
    }
}
