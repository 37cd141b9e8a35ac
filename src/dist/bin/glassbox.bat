@echo off
rem The command line of Glassbox. JAVA_OPTS adds options for java.
setlocal
set "HOME_DIR=%~dp0.."
set "JARS=%HOME_DIR%\imagej\plugins"
set "JAVA_EXE=java"
if defined JAVA_HOME set "JAVA_EXE=%JAVA_HOME%\bin\java"
"%JAVA_EXE%" -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED %JAVA_OPTS% -cp "%HOME_DIR%\lib\*;%JARS%\*;%JARS%\jars;%JARS%\jars\*" io.glassbox.cli.Main %*
exit /b %ERRORLEVEL%
